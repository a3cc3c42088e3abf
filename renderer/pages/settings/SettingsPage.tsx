import { Loading } from '../../components/Loading.tsx';
import { Page } from '../../components/Page.tsx';

export default function SettingsPage() {
  return (
    <Page title="Settings">
      <Loading />
    </Page>
  );
}
