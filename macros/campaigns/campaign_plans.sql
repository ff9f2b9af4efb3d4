{#
  The campaigns of portfolios that are switched on, from campaigns/*/plan.toml, where each value stands on a line of its own as JSON
  has it. A list of mappings: keys of the plan, `asked` and `thresholds` with theirs, and `folder`. Nothing while dbt only parses.
#}
{% macro campaign_plans() %}
    {%- set plans = [] -%}
    {%- set location = campaigns_location() if execute else '' -%}
    {%- for file in (files_at(location ~ '/*/plan.toml') if location else []) if not file.split('/')[-2].startswith('.') -%}
        {%- set plan = {'folder': file[:-10], 'asked': {}, 'thresholds': {}} -%}
        {%- set place = namespace(now=plan) -%}
        {%- for line in file_text(file).splitlines() -%}
            {%- set section = modules.re.fullmatch('\\[(\\w+)\\]', line.strip()) -%}
            {%- set entry = modules.re.fullmatch('(\\w+) = (.*)', line.strip()) -%}
            {%- if section -%}
                {%- set place.now = plan.setdefault(section.group(1), {}) -%}
            {%- elif entry -%}
                {%- do place.now.update({entry.group(1): fromjson(entry.group(2))}) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if plan.asked.get('campaign') != file.split('/')[-2] or not plan.get('ends_on') -%}
            {%- do stop_build(file ~ ' is no plan of a campaign any more: put it back as it was written.') -%}
        {%- endif -%}
        {%- do plans.append(plan) if plan.asked.portfolio in switched_on_portfolios() -%}
    {%- endfor -%}
    {{ return(plans) }}
{% endmacro %}
