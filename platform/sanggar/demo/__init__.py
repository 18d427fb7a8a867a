"""A believable programme for trying everything: people, three years of work, six accounts.

`plan`, `lives` and `market` invent what happened, without a database; the other modules write it
down as the services would have. The demo is the named exception that writes other slices' tables:
a history of years cannot be replayed through services in seconds.
"""
