"""What anybody may read without a page: the embedded map, its data, files and the health of the service."""
