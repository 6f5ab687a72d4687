"""What a source gives today, before anything is stored, and what is wrong where it gives nothing.

``visit`` asks the site, ``survey`` looks at a page in the sandbox, ``held`` at what is known of a
listing, and ``diagnose`` says from all three what is the matter.
"""
