{# What an earlier build left under this name, whatever model it is; nothing where there is none, or while dbt parses. #}
{% macro relation_built(name) %}
    {{ return(load_relation(api.Relation.create(database=target.get('database'), schema=target.schema, identifier=name)) if execute) }}
{% endmacro %}
