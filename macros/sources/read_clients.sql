{#
  The rows of a portfolio's extract as text: source_file, source_row_number, raw_line, row_problem, then `columns`.
  Every file is checked when the model runs; the first problem stops the build with one sentence. The model of a portfolio
  that is switched off is not built.
#}
{% macro read_clients(portfolio, columns) %}
    {%- do config(enabled=portfolio in switched_on_portfolios()) -%}
    {%- if not execute -%}
        {#- Plain dbt keeps what it reads while parsing: an address stops it before. -#}
        {%- do portfolio_location(portfolio) if not extracts_told() -%}
        {{ return(no_clients(columns)) }}
    {%- endif -%}
    {%- set location = portfolio_location(portfolio) -%}
    {%- set snapshot = snapshot_of(portfolio) -%}
    {%- set dated = snapshot.get('column') -%}
    {%- set wanted = columns + ([dated] if dated and dated not in columns else []) -%}
    {%- set selects = [] -%}
    {%- for file in client_files(portfolio, location) -%}
        {%- set intake = intake_of(portfolio, file) -%}
        {%- do selects.append(read_parquet_clients(portfolio, file, wanted) if intake.kind == 'parquet'
            else read_csv_clients(portfolio, file, wanted, intake)) -%}
    {%- endfor -%}
    {%- set rows = selects | join('\nunion all\n') -%}
    {%- if not dated -%}
        {{ return(rows) }}
    {%- endif -%}
    {%- set texts = [] -%}
    {%- for text in snapshot['values'] -%}{%- do texts.append("'" ~ escape_quotes(text) ~ "'") -%}{%- endfor -%}
    {#- A line that cannot be split has no date: it is rejected in every month of its file, and lost in none. -#}
    {{ return('select * from (' ~ rows ~ ') as rows_of_all_days where row_problem is not null or '
        ~ adapter.quote(column_alias(dated)) ~ ' in (' ~ texts | join(', ') ~ ')') }}
{% endmacro %}
