"""What officers and the province look at."""
