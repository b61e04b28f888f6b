"""WeChat's tables and the key of its Android database."""
