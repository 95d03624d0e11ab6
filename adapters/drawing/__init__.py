"""What every platform's renderer draws with: a chart as a picture, and the signs of places and points."""
