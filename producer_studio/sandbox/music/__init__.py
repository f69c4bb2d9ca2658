"""The synthesiser of Demo Studio: deterministic music from a sound prompt and lyrics."""
