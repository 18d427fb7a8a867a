"""What a talent has shown: the one place that reads across slices."""
