"""Flags: the words that houses and priority lists are marked with."""
