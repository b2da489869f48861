// The little that the pages do themselves.
