"""A recorded corpus: what the library answered before the house was rebuilt; see `changed` and `make`."""
