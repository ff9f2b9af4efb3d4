{#
  The snapshots of this run that go into history: those that `bank_churn build` found new or changed; under plain dbt, which compares
  no files, each. A list of mappings as `snapshot_of` gives them, with the portfolio.
#}
{% macro snapshots_to_load() %}
    {%- set wanted = [] -%}
    {%- for portfolio in switched_on_portfolios() if execute -%}
        {%- set snapshot = snapshot_of(portfolio) -%}
        {%- if snapshot.get('is_fresh') -%}
            {%- do wanted.append(dict(snapshot, portfolio=portfolio)) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(wanted) }}
{% endmacro %}
