"""Getting in what is owed: whom to ring first, and what to do instead where ringing is no use."""
