"""What those who work on Gazette run; no part of the product."""
