"""Figures by scope: how each is worked out from the facts of a customer, an order or a month."""
