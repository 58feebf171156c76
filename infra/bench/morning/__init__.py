"""An opening morning on the local stack: many students pay within minutes, by the pages."""
