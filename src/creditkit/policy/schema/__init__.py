"""How a policy document is written: entries, conditions, findings, names. It knows no section and no verb."""
