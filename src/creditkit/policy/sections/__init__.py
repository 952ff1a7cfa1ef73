"""The sections of a policy document, one file each.

A file says what may be written, what it means and what can be wrong with it.
A section knows the ones that are read before it, and no verb: what is decided with it is written in the
folders of the verbs.
"""
