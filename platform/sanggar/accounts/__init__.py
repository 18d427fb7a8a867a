"""Accounts: people, their roles, how they sign in, and what they consented to."""
