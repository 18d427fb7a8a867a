"""Comparative judgement: which of two works is better, asked often enough to put all in order."""
