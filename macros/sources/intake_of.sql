{#
  Where to read one of the user's files and how: as `bank_churn build` found it (a plain copy when the file is not what
  DuckDB reads), or, under plain dbt, the file itself with its kind told by its name.
#}
{% macro intake_of(portfolio, file) %}
    {%- set is_parquet = file.lower().endswith(('.parquet', '.pq')) or file.startswith('table:') -%}
    {%- set plain = {
        'path': file,
        'kind': 'parquet' if is_parquet else 'csv',
        'separator': var('formats', {}).get(portfolio, {}).get('delimiter', ''),
        'is_copy': false,
        'is_known': false,
    } -%}
    {%- set note = env_var('BANK_CHURN_INTAKE', '') -%}
    {%- if not note -%}
        {{ return(plain) }}
    {%- endif -%}
    {{ return(fromjson(file_text(note)).get(file, plain)) }}
{% endmacro %}
