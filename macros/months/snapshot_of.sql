{#
  The snapshot of a portfolio that this run reads: its date, its files (none: all), its fingerprint (empty under plain dbt), whether
  history is to take it in, and, where a column dates the rows, that column and what stands in it for this date. Nothing where extracts have no dates.
#}
{% macro snapshot_of(portfolio) %}
    {%- set said = portfolio_option(portfolio, 'snapshots') -%}
    {%- if not said or not execute -%}
        {{ return({}) }}
    {%- endif -%}
    {%- set note = env_var('BANK_CHURN_SNAPSHOTS', '') -%}
    {%- if note -%}
        {%- set told = fromjson(file_text(note)).get(portfolio) -%}
        {%- if told -%}
            {{ return(told) }}
        {%- endif -%}
    {%- endif -%}
    {%- if said is mapping -%}
        {%- do stop_build('portfolios: ' ~ portfolio ~ ' takes the dates of its rows from a column: `bank_churn build` reads them, plain dbt does not.') -%}
    {%- elif said != 'file_name' -%}
        {{ return({'date': said ~ '', 'files': none, 'fingerprint': '', 'column': '', 'values': [], 'on_disk': [said ~ ''], 'is_fresh': true}) }}
    {%- endif -%}
    {%- set days = {} -%}
    {%- for file in files_at(portfolio_location(portfolio)) -%}
        {%- set found = dates_in_name(file) -%}
        {%- if found | length != 1 -%}
            {%- do stop_build(file ~ (' has no date in its name' if not found else ': its name holds ' ~ found | join(', '))
                ~ '; under snapshots: file_name (' ~ portfolio ~ ') it holds one, like clients_2026-01-31.csv.') -%}
        {%- endif -%}
        {%- do days.update({found[0]: days.get(found[0], []) + [file]}) -%}
    {%- endfor -%}
    {%- set latest = days | sort | last -%}
    {{ return({'date': latest, 'files': days.get(latest, []), 'fingerprint': '', 'column': '', 'values': [], 'on_disk': [latest], 'is_fresh': true}) }}
{% endmacro %}
