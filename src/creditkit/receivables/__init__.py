"""What a ledger says at a date: open items, ageing, turnover, habits, and the figures for a policy."""
