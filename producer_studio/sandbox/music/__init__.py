"""Synthesiser of Demo Studio: deterministic music from a sound prompt and lyrics."""
