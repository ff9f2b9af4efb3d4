{#
  The portfolios that are to be built: those of var `portfolios` whose <PORTFOLIO>_CLIENTS is not set to nothing. Whatever is
  wrong with a bank that is switched off, the others are built. `bank_churn build` says it without the path, so that dbt need not read
  everything anew for another extract.
#}
{% macro switched_on_portfolios() %}
    {%- set told = extracts_told() -%}
    {%- set names = [] -%}
    {%- for portfolio in var('portfolios') -%}
        {%- set is_on = portfolio | lower not in told['off'] if told else env_var(portfolio | upper ~ '_CLIENTS', 'demo') | trim -%}
        {%- do names.append(portfolio) if is_on -%}
    {%- endfor -%}
    {{ return(names) }}
{% endmacro %}
