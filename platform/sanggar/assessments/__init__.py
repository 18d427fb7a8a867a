"""Exams drawn by blueprint, answers that are never lost, practical work and its marking."""
