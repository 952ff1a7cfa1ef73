"""`watch`: early warning from months of figures."""
