"""JSON Schemas of everything that is written as JSON: one description for each word that `schema` can be."""
