"""The floor data: what the city knows. Datasets, their catalogue, the digital twin."""
