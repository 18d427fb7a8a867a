"""The `sanggar` command."""
