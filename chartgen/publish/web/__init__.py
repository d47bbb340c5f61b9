"""HTTP within bounds of time and size, who we are to each server, and the index that one keeps."""
