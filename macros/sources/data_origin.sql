{#
  'generated' when a file of the portfolio is named <portfolio>_demo, as `bank_churn demo` names them; 'extract' for a
  bank's own files.
#}
{% macro data_origin(portfolio) %}
    {%- if not execute -%}
        {{ return('extract') }}
    {%- endif -%}
    {%- set location = portfolio_location(portfolio) -%}
    {%- set dated = snapshot_of(portfolio).get('files') -%}
    {%- set marked = [] -%}
    {%- for file in dated or files_at(location) if modules.re.split('[/\\\\]', file)[-1].startswith(portfolio ~ '_demo.') -%}
        {%- do marked.append(file) -%}
    {%- endfor -%}
    {{ return('generated' if marked else 'extract') }}
{% endmacro %}
