"""The layout, the landing page, the role homes and the help: what stands above all slices."""
