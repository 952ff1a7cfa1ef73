"""Scoring models: one publication family a file, and the contract that they share."""
