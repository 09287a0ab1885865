"""What a review reports: the PRISMA flow, checklists, tables and bundles."""
