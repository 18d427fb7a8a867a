"""Learning to rank as pure functions on arrays: no database, no web, no plugin.

`lambda_loss`, `additive` and `estimators` learn an order and say what each feature adds to it;
`metrics` measures orders, `letor` reads public data sets. numpy only; what learns imports
scikit-learn and is itself imported by training alone, because web workers score with tables.
"""
