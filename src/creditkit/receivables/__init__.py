"""What a ledger says at a date: open items, ageing, turnover, habits, a policy's figures."""
