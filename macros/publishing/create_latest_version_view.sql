{# After a model's latest version is built: the view without a version suffix, the name BI tools and analysts use. #}
{% macro create_latest_version_view() %}
    {%- if model.version and model.version == model.latest_version -%}
        create or replace view {{ api.Relation.create(database=this.database, schema=this.schema, identifier=model.name) }}
        as select * from {{ this }}
    {%- endif -%}
{% endmacro %}
