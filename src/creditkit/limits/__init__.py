"""Credit limits, the lines that were granted, and what of them is used."""
