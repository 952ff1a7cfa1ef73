"""`decide`: grade, recommended limit and terms, for one customer and for many."""
