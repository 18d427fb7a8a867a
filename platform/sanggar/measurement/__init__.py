"""Psychometrics as pure functions on arrays: no database, no web, no plugin.

`responses` reads tables of scores; `classical`, `irt`, `calibration` and `scoring` say how good items
and how able people are; `adaptive` chooses the next item; `fairness`, `drift`, `standards` and
`accuracy` ask whether a decision holds; `agreement`, `facets` and `pairs` look at markers. numpy only;
scipy and scikit-learn are imported where a calculation needs them, because web workers do not. Items
are calibrated by our own engine (EM, then Newton): other programs are second opinions of benchmarks.
"""
