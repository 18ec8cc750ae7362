"""What the city wants and measures: the index, the projects that move it, later the climate."""
