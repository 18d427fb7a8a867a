"""How good items, exams and markers are: statistics, calibration, fairness, cut scores."""
