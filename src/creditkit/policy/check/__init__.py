"""`check`: may this order go out, and what would release it."""
