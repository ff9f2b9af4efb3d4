{#
  The attributes that the search for groups combines, by portfolio, in the order of `attribute_names('rates')`; read from
  `int_searched_attributes` while compiling, where a model has compiled them already.
#}
{% macro searched_attributes() %}
    {%- set found = {} -%}
    {%- if execute -%}
        {%- set relation = api.Relation.create(database=target.get('database'), schema=target.schema, identifier='int_searched_attributes') -%}
        {%- for row in run_query('select portfolio, attribute from ' ~ relation ~ ' where is_searched').rows -%}
            {%- do found.setdefault(row['portfolio'], []).append(row['attribute']) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set ordered = {} -%}
    {%- for portfolio in found | sort -%}
        {%- do ordered.update({portfolio: attribute_names('rates') | select('in', found[portfolio]) | list}) -%}
    {%- endfor -%}
    {{ return(ordered) }}
{% endmacro %}
