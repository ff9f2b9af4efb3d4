{#
  The attributes that the churn model may name as a reason, as `supplied_attributes` gives them, each with `said`: the columns
  from which a caller is told of a client's own value, and their SQL; and `bit`, the power of two that stands for it. An amount is
  told rounded, so that few different things are said.
#}
{% macro reason_attributes() %}
    {%- set found = [] -%}
    {%- set dimensions = attribute_names('rates') -%}
    {%- for attribute in supplied_attributes() if attribute in client_attributes('model') -%}
        {%- set name, band = attribute['name'], attribute['band'] -%}
        {%- set said = {name: round_to_significant('clients.' ~ name) if attribute['form'] == 'amount' else 'clients.' ~ name} -%}
        {%- if band and (band in dimensions or attribute['bands'] == 'quantiles') -%}
            {%- do said.update({band: 'clients.' ~ band}) -%}
        {%- endif -%}
        {%- do found.append(dict(attribute, said=said, bit=2 ** (found | length))) -%}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}
