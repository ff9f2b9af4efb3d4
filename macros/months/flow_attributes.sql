{#
  The columns that clients are followed by from month to month: attributes that churn is reported by whose values mean the same in every
  month, and the segments. Quarters of an amount are left out: their bounds move with the data, and nobody moves by that.
#}
{% macro flow_attributes() %}
    {%- set names = [] -%}
    {%- for attribute in client_attributes('rates') if attribute.get('bands') != 'quantiles' or attribute['kind'] != 'band' -%}
        {%- do names.append(attribute['name']) -%}
    {%- endfor -%}
    {%- for version in segment_versions() -%}{%- do names.append('segment_v' ~ version) -%}{%- endfor -%}
    {{ return(names) }}
{% endmacro %}
