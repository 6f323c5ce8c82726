"""Training: questions that others asked, with the places that answer them -> the small weights that Verbatim ships."""
