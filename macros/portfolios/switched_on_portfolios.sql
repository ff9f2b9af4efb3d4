{#
  The portfolios that are to be built: those of var `portfolios` whose <PORTFOLIO>_CLIENTS is not set to nothing. Whatever is
  wrong with a bank that is switched off, the others are built.
#}
{% macro switched_on_portfolios() %}
    {%- set names = [] -%}
    {%- for portfolio in var('portfolios') if env_var(portfolio | upper ~ '_CLIENTS', 'demo') | trim -%}
        {%- do names.append(portfolio) -%}
    {%- endfor -%}
    {{ return(names) }}
{% endmacro %}
