"""The user's accounts: validation, capabilities, balance, budget and ledger."""
