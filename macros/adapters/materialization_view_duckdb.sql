{# dbt's way to write a view on DuckDB, in one statement: see the table's. #}
{% materialization view, adapter='duckdb' %}
    {%- set target_relation = this.incorporate(type='view') -%}
    {{ run_hooks(pre_hooks, inside_transaction=false) }}
    {{ run_hooks(pre_hooks, inside_transaction=true) }}
    {%- call statement('main') -%}
        {{ duckdb__drop_statement(load_cached_relation(this)) }}
        {{ get_create_view_as_sql(target_relation, sql) }}
        {{ duckdb__comment_statement(target_relation) }}
    {%- endcall -%}
    {{ run_hooks(post_hooks, inside_transaction=true) }}
    {%- do adapter.commit() -%}
    {{ run_hooks(post_hooks, inside_transaction=false) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
