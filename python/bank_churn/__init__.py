"""The thin Python layer of bank_churn: what SQL cannot do (statistics, files, demo data, commands)."""
