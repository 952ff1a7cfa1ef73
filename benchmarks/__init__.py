"""Speed against peers, answers compared first. ``python -m benchmarks --help``."""
